/**
 * File operations and clocks behind interfaces, so that crashes and full disks can be simulated.
 * The local disk's store is here; other stores are connectors. A file appears whole or not at all,
 * and never in place of another.
 */
@NullMarked
package dev.sluice.operators.io;

import org.jspecify.annotations.NullMarked;
