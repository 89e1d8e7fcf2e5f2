package dev.sluice.runner.loop;

/** What a run does until it is done or asked to stop. For the run's own thread. */
interface Loop {
  void run() throws Exception;

  Stopper stopper();
}
