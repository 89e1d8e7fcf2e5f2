@NullMarked
package dev.sluice.runner.loop;

import org.jspecify.annotations.NullMarked;
