@NullMarked
package dev.sluice.connectors.http;

import org.jspecify.annotations.NullMarked;
