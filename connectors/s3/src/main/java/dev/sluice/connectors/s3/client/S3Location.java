package dev.sluice.connectors.s3.client;

import dev.sluice.operators.io.UriPaths;
import java.io.IOException;
import java.nio.file.FileSystemException;

/** A location {@code s3a://bucket/key}, taken apart. The key is empty for the bucket itself. */
record S3Location(String location, String bucket, String key) {
  static S3Location of(String location) throws IOException {
    int path = UriPaths.pathStart(location);
    String bucket = location.substring(location.indexOf("://") + 3, path);
    if (bucket.isEmpty()) {
      throw new FileSystemException(location, null, "it names no bucket: write s3a://BUCKET/KEY");
    }
    int start = path;
    while (start < location.length() && location.charAt(start) == '/') {
      start++;
    }
    int end = location.length();
    while (end > start && location.charAt(end - 1) == '/') {
      end--;
    }
    return new S3Location(location, bucket, location.substring(start, end));
  }

  /** What the keys below it begin with. */
  String prefix() {
    return key.isEmpty() ? "" : key + "/";
  }

  /** The location of a child, in the words in which this one was given. */
  String child(String name) {
    return location.endsWith("/") ? location + name : location + "/" + name;
  }
}
