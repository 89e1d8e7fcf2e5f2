/** Ad-hoc queries over files and the tables of running pipelines; one alone, or one a line. */
@NullMarked
package dev.sluice.runner.sql;

import org.jspecify.annotations.NullMarked;
