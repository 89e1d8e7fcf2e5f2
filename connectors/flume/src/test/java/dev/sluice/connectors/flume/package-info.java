@org.jspecify.annotations.NullMarked
package dev.sluice.connectors.flume;
