package dev.sluice.runner.checkpoint;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** Tells this machine and its processes from others. */
final class Machine {
  private Machine() {}

  static LeaseLock.Process current() {
    ProcessHandle self = ProcessHandle.current();
    return new LeaseLock.Process(machine(), host(), self.pid(), started(self));
  }

  /** Milliseconds, or 0 if the system does not say. */
  static long started(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  /**
   * The start of the machine and the space of process numbers: within both, a number means one
   * process. Empty where the system has neither.
   */
  private static String machine() {
    try {
      String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).trim();
      String space = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
      return boot + " " + space;
    } catch (IOException | RuntimeException e) {
      return "";
    }
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "an unknown host";
    }
  }
}
