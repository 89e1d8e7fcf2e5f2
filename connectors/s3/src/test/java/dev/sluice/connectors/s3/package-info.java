@NullMarked
package dev.sluice.connectors.s3;

import org.jspecify.annotations.NullMarked;
