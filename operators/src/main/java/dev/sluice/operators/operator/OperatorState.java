package dev.sluice.operators.operator;

import dev.sluice.operators.io.FileStore;

/** Where one stateful operator keeps its state. */
record OperatorState(
    FileStore files, String directory, int id, String operatorName, int partitions) {}
