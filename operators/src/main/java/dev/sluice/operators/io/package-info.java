/**
 * File operations and clocks behind interfaces, so that crashes and full disks can be simulated.
 */
@NullMarked
package dev.sluice.operators.io;

import org.jspecify.annotations.NullMarked;
