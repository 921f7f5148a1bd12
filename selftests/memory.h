/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SELFTESTS_MEMORY_H
#define SELFTESTS_MEMORY_H

/* Bytes, but for @files: open files in number, which the kernel frees when it likes. */
struct memory {
	long kmalloc;
	long slab;
	long percpu;
	long vmalloc;
	long files;
};

void memory_measure(struct memory *memory);
const char *memory_grown(const struct memory *before, const struct memory *after);
const char *memory_text(const struct memory *before, const struct memory *after);

#endif /* SELFTESTS_MEMORY_H */
