@NullMarked
package dev.sluice.runner.systems;

import org.jspecify.annotations.NullMarked;
