package org.apache.spark.kafka010;

import scala.collection.immutable.Seq;

/** Hides nothing: there is nothing secret. A Scala object, hence the name. */
public class KafkaRedactionUtil$ {
  public static final KafkaRedactionUtil$ MODULE$ = new KafkaRedactionUtil$();

  public Seq<?> redactParams(Seq<?> parameters) {
    return parameters;
  }
}
