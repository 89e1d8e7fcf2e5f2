/**
 * Ad-hoc queries over files and the tables of running pipelines; one alone, or one a line. What
 * belongs here plans a query, runs it and gives rows. Grammar and meaning of SQL belong to {@code
 * operators}, printing to the command.
 */
@NullMarked
package dev.sluice.runner.sql;

import org.jspecify.annotations.NullMarked;
