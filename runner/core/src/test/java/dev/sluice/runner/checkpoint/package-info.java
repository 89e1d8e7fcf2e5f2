@NullMarked
package dev.sluice.runner.checkpoint;

import org.jspecify.annotations.NullMarked;
