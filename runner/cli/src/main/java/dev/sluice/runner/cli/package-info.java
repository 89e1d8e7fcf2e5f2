/** The command. */
@NullMarked
package dev.sluice.runner.cli;

import org.jspecify.annotations.NullMarked;
