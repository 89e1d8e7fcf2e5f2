/** What Sluice is measured against, and the data it is measured on. */
@NullMarked
package dev.sluice.runner.bench;

import org.jspecify.annotations.NullMarked;
