/** Ad-hoc queries: one request a line, one answer a line. */
@NullMarked
package dev.sluice.runner.sql;

import org.jspecify.annotations.NullMarked;
