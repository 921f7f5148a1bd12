// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel uses, and whether that grew. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"

/*
 * What may remain, in bytes. The kernel's own ups and downs stay below; a leak
 * of one smallest object a command or 2 KiB a load does not.
 */
#define TOLERANCE (192 * 1024)

static void write_one(const char *path)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0)
		return;
	if (write(fd, "1", 1) < 0)
		perror(path);
	close(fd);
}

/* Give back what only is cached, so that what is counted is what is used. */
static void settle(void)
{
	DIR *dir = opendir("/sys/kernel/slab");
	struct dirent *entry;
	char path[512];

	sync();
	if (system("echo 3 >/proc/sys/vm/drop_caches"))
		perror("drop_caches");
	while (dir && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "/sys/kernel/slab/%s/shrink", entry->d_name);
		if (entry->d_name[0] != '.')
			write_one(path);
	}
	if (dir)
		closedir(dir);
}

static long meminfo(const char *what)
{
	FILE *file = fopen("/proc/meminfo", "r");
	char line[256];
	long kib = -1;

	while (file && fgets(line, sizeof(line), file))
		if (!strncmp(line, what, strlen(what)) && line[strlen(what)] == ':')
			kib = strtol(line + strlen(what) + 1, NULL, 10);
	if (file)
		fclose(file);
	return kib * 1024;
}

/* Bytes in use of all general caches, and open files in number. */
static void slabinfo(struct memory *memory)
{
	FILE *file = fopen("/proc/slabinfo", "r");
	char line[512], name[128];
	long used, total, size;

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%127s %ld %ld %ld", name, &used, &total, &size) != 4)
			continue;
		if (!strncmp(name, "kmalloc-", 8))
			memory->kmalloc += used * size;
		if (!strcmp(name, "filp"))
			memory->files = used;
	}
	if (file)
		fclose(file);
}

/**
 * memory_measure() - what the kernel uses now
 * @memory: filled
 *
 * What is only cached is given back before.
 */
void memory_measure(struct memory *memory)
{
	memset(memory, 0, sizeof(*memory));
	settle();
	slabinfo(memory);
	memory->slab = meminfo("Slab");
	memory->percpu = meminfo("Percpu");
	memory->vmalloc = meminfo("VmallocUsed");
}

/**
 * memory_grown() - is there more in use?
 * @before: from memory_measure()
 * @after: from memory_measure(), later
 *
 * Return: "", or what grew by more than it does by itself.
 */
const char *memory_grown(const struct memory *before, const struct memory *after)
{
	if (after->kmalloc > before->kmalloc + TOLERANCE)
		return "kmalloc";
	if (after->slab > before->slab + 4 * TOLERANCE)
		return "slab";
	if (after->percpu > before->percpu + TOLERANCE)
		return "percpu";
	if (after->vmalloc > before->vmalloc + TOLERANCE)
		return "vmalloc";
	return "";
}

/**
 * memory_text() - both, for people
 * @before: from memory_measure()
 * @after: from memory_measure(), later
 *
 * Return: one line, until the next call.
 */
const char *memory_text(const struct memory *before, const struct memory *after)
{
	static char text[256];

	snprintf(text, sizeof(text),
		 "kmalloc %ld -> %ld, Slab %ld -> %ld, Percpu %ld -> %ld, VmallocUsed %ld -> %ld, "
		 "files %ld -> %ld",
		 before->kmalloc, after->kmalloc, before->slab, after->slab, before->percpu,
		 after->percpu, before->vmalloc, after->vmalloc, before->files, after->files);
	return text;
}
