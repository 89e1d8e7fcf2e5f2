package dev.sluice.connectors.kinesis.client;

/** What a producer put: a key, and bytes that lie in an array that others may share. */
record UserRecord(String partitionKey, byte[] data, int start, int length) {}
