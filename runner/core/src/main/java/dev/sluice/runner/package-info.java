/**
 * From the pipeline file to a running query. All is in the packages below: {@code yaml}, {@code
 * schema} and {@code pipeline} read and check, {@code plan} is what they give, {@code checkpoint}
 * and {@code loop} run it, {@code progress} tells of it. Connectors and operators are known by
 * their interfaces only.
 */
@NullMarked
package dev.sluice.runner;

import org.jspecify.annotations.NullMarked;
