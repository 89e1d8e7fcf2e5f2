/** String functions: kernels over UTF-8 bytes. */
@NullMarked
package dev.sluice.operators.function.text;

import org.jspecify.annotations.NullMarked;
