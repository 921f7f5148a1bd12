// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading what Intel TXT leaves behind: the public register window, the heap
 * and the event logs that it points at.
 *
 * Everything is read and nothing is ever written. The window is mapped without
 * claiming the region, since a claim would shut out every other tool. Memory
 * that a register or a table points at is looked at only if it is no System
 * RAM: the firmware could otherwise make the kernel show any of its own pages.
 * What is looked at is copied first, within bounds, and parsed then.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/acpi.h>
#include <linux/drtmon.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sizes.h>
#include <linux/vmalloc.h>
#ifdef CONFIG_X86
#include <asm/cpufeature.h>
#endif

#include "slrt.h"
#include "txt.h"

/* Intel TXT SDG, appendix B.1 */
#define TXT_PUBLIC_BASE	0xfed30000UL

/* TPM 1.2 container header (Intel TXT SDG, appendix G): its size field and its end. */
#define CONTAINER_HEADER	48
#define CONTAINER_SIZE_AT	36

/* ACPI DRTM table (TCG D-RTM Architecture 1.0, 5.3): log area start and length. */
#define DRTM_TABLE_LOG_ADDR	72
#define DRTM_TABLE_LOG_SIZE	80
#define DRTM_TABLE_MIN		84

/* What a Secure Launch resource table may measure at most. */
#define SLRT_MAX	SZ_64K

/* The mapped window; set up at load, constant afterwards. */
static void __iomem *window;
static u64 window_base;
static u32 window_state = DRTMON_TXT_STATE_UNSUPPORTED;

static bool is_system_ram(u64 addr, u64 size)
{
	return region_intersects(addr, size, IORESOURCE_SYSTEM_RAM, IORES_DESC_NONE) !=
	       REGION_DISJOINT;
}

/* Mapping what the processor has no wires for is a kernel warning. */
static bool is_addressable(u64 addr)
{
#ifdef CONFIG_X86
	return !(addr >> boot_cpu_data.x86_phys_bits);
#else
	return true;
#endif
}

static bool processor_has_txt(void)
{
#ifdef CONFIG_X86
	/* On other processors the address may belong to anything. */
	return boot_cpu_data.x86_vendor == X86_VENDOR_INTEL && boot_cpu_has(X86_FEATURE_SMX);
#else
	return false;
#endif
}

/**
 * drtmon_txt_init() - map the register window, where there is one
 * @base: another address than the chipset's, for labs; 0 for the chipset's
 *
 * What cannot be mapped is a state, told by drtmon_txt_read(), and no error.
 *
 * Context: process, may sleep.
 */
void drtmon_txt_init(unsigned long base)
{
	if (!base && !processor_has_txt())
		return;
	window_base = base ? base : TXT_PUBLIC_BASE;
	if (!IS_ALIGNED(window_base, PAGE_SIZE) ||
	    !is_addressable(window_base + DRTMON_TXT_WINDOW_SIZE - 1) ||
	    is_system_ram(window_base, DRTMON_TXT_WINDOW_SIZE)) {
		pr_err("txt_base 0x%llx is not mapped: System RAM, not page-aligned, or out of reach\n",
		       window_base);
		window_state = DRTMON_TXT_STATE_REFUSED;
		return;
	}
	window = ioremap(window_base, DRTMON_TXT_WINDOW_SIZE);
	window_state = window ? DRTMON_TXT_STATE_PRESENT : DRTMON_TXT_STATE_FAILED;
	if (!window)
		pr_err("cannot map the TXT registers at 0x%llx\n", window_base);
}

/**
 * drtmon_txt_exit() - unmap the register window
 *
 * Context: process, may sleep.
 */
void drtmon_txt_exit(void)
{
	if (window)
		iounmap(window);
	window = NULL;
	window_state = DRTMON_TXT_STATE_UNSUPPORTED;
}

/**
 * drtmon_txt_reg() - a register as it was read
 * @evidence: from drtmon_txt_read()
 * @offset: multiple of 8 inside the window
 *
 * Context: any.
 */
u64 drtmon_txt_reg(const struct drtmon_txt_evidence *evidence, u32 offset)
{
	return drtmon_get_le64(evidence->window + offset);
}

/* Many registers are 32 bits wide in slots of 64: a wider read is not safe everywhere. */
static void read_window(u8 *bytes)
{
	u32 i, half;

	for (i = 0; i < DRTMON_TXT_WINDOW_SIZE; i += 4) {
		half = readl(window + i);
		bytes[i] = half;
		bytes[i + 1] = half >> 8;
		bytes[i + 2] = half >> 16;
		bytes[i + 3] = half >> 24;
	}
}

/* No chipset decodes the range: everything reads as ones, or in a VM as zeros. */
static bool window_empty(const struct drtmon_txt_evidence *evidence)
{
	u64 sts = drtmon_txt_reg(evidence, DRTMON_TXT_REG_STS);
	u64 ests = drtmon_txt_reg(evidence, DRTMON_TXT_REG_ESTS);
	u64 didvid = drtmon_txt_reg(evidence, DRTMON_TXT_REG_DIDVID);

	return (sts == U64_MAX && ests == U64_MAX && didvid == U64_MAX) ||
	       !memchr_inv(evidence->window, 0, sizeof(evidence->window));
}

static void region_copy(struct drtmon_txt_region *region, u64 addr, u64 size, u64 max)
{
	void *mapped;
	u64 end;

	region->addr = addr;
	region->state = DRTMON_REGION_STATE_ABSENT;
	if (!addr || !size)
		return;
	region->state = DRTMON_REGION_STATE_TOO_LARGE;
	if (size > max || check_add_overflow(addr, size, &end) || !is_addressable(end - 1))
		return;
	region->state = DRTMON_REGION_STATE_REFUSED;
	if (is_system_ram(addr, size))
		return;
	region->state = DRTMON_REGION_STATE_UNREADABLE;
	mapped = memremap(addr, size, MEMREMAP_WB);
	if (!mapped)
		return;
	region->data = vmalloc(size);
	if (region->data) {
		memcpy(region->data, mapped, size);
		region->size = size;
		region->state = DRTMON_REGION_STATE_PRESENT;
	}
	memunmap(mapped);
}

static void region_free(struct drtmon_txt_region *region)
{
	vfree(region->data);
	memset(region, 0, sizeof(*region));
}

/* A container says itself how long it is: its header is looked at first. */
static void container_copy(struct drtmon_txt_region *region, u64 addr)
{
	u32 size;

	region_copy(region, addr, CONTAINER_HEADER, CONTAINER_HEADER);
	if (!region->data)
		return;
	size = drtmon_get_le32(region->data + CONTAINER_SIZE_AT);
	region_free(region);
	region_copy(region, addr, size, DRTMON_TXT_LOG_MAX);
}

/*
 * The log that a Secure Launch resource table names, if the heap leads to one.
 * A candidate that could not be read, for lack of memory, may be that table: then
 * there is a log of which no more is known.
 */
static void logs_from_slrt(struct drtmon_txt_evidence *evidence, const struct drtmon_txt_heap *heap)
{
	struct drtmon_txt_region region = {};
	struct drtmon_txt_log log;
	u64 addr[DRTMON_SLRT_CANDIDATES];
	struct drtmon_txt_region unread = {};
	u32 i, count, size;

	count = drtmon_slrt_candidates(addr, evidence->heap.data, heap);
	for (i = 0; i < count && !evidence->logs.count; i++) {
		region_copy(&region, addr[i], DRTMON_SLRT_HEADER_LEN, DRTMON_SLRT_HEADER_LEN);
		if (region.state == DRTMON_REGION_STATE_UNREADABLE)
			unread = region;
		size = region.data ? drtmon_slrt_size(region.data, region.size) : 0;
		region_free(&region);
		if (!size)
			continue;
		region_copy(&region, addr[i], size, SLRT_MAX);
		if (region.state == DRTMON_REGION_STATE_UNREADABLE)
			unread = region;
		if (region.data && drtmon_slrt_log(&log, region.data, region.size))
			evidence->logs.log[evidence->logs.count++] = log;
		region_free(&region);
	}
	if (!evidence->logs.count && unread.state) {
		evidence->logs.log[0].elem = DRTMON_TXT_ELEM_LOG_TCG;
		evidence->logs.count = 1;
		evidence->log[0] = unread;
	}
}

/* The log area that an ACPI DRTM table names. */
static void logs_from_acpi(struct drtmon_txt_evidence *evidence)
{
#ifdef CONFIG_ACPI
	struct drtmon_txt_log *log = &evidence->logs.log[0];
	struct acpi_table_header *table;
	const u8 *bytes;

	if (ACPI_FAILURE(acpi_get_table("DRTM", 0, &table)))
		return;
	bytes = (const u8 *)table;
	if (table->length >= DRTM_TABLE_MIN && drtmon_get_le64(bytes + DRTM_TABLE_LOG_ADDR)) {
		log->elem = DRTMON_TXT_ELEM_LOG_TCG;
		log->addr = drtmon_get_le64(bytes + DRTM_TABLE_LOG_ADDR);
		log->size = drtmon_get_le32(bytes + DRTM_TABLE_LOG_SIZE);
		log->next = log->size;
		evidence->logs.count = 1;
	}
	acpi_put_table(table);
#endif
}

/*
 * A size field that makes no sense, before the table that names the logs. Behind
 * BiosData there is what memory held, until somebody prepares a launch.
 */
static bool heap_is_broken(const struct drtmon_txt_evidence *evidence,
			   const struct drtmon_txt_heap *heap)
{
	bool launched = drtmon_txt_reg(evidence, DRTMON_TXT_REG_STS) &
			DRTMON_TXT_STS_SENTER_DONE;

	return heap->count <= DRTMON_TXT_TABLE_OS_SINIT && (launched || !heap->count) &&
	       (heap->stop == DRTMON_TXT_HEAP_SMALL || heap->stop == DRTMON_TXT_HEAP_LARGE);
}

static void logs_from_heap(struct drtmon_txt_evidence *evidence)
{
	struct drtmon_txt_heap heap;

	drtmon_txt_heap_walk(&heap, evidence->heap.data, evidence->heap.size);
	drtmon_txt_heap_logs(&evidence->logs, &heap, evidence->heap.data);
	if (heap_is_broken(evidence, &heap))
		evidence->logs.error = -EINVAL;
	if (!evidence->logs.count && !evidence->logs.error)
		logs_from_slrt(evidence, &heap);
}

static void read_logs(struct drtmon_txt_evidence *evidence)
{
	u32 i;

	if (evidence->heap.data)
		logs_from_heap(evidence);
	else if (evidence->heap.state != DRTMON_REGION_STATE_ABSENT)
		evidence->logs.error = -EIO;
	/* A heap that was not read to its end may name another than the ACPI table does. */
	if (!evidence->logs.count && !evidence->logs.error)
		logs_from_acpi(evidence);
	for (i = 0; i < evidence->logs.count; i++) {
		const struct drtmon_txt_log *log = &evidence->logs.log[i];

		if (evidence->log[i].state == DRTMON_REGION_STATE_UNREADABLE)
			continue;
		if (log->elem == DRTMON_TXT_ELEM_LOG_TPM12)
			container_copy(&evidence->log[i], log->addr);
		else
			region_copy(&evidence->log[i], log->addr, log->size, DRTMON_TXT_LOG_MAX);
	}
}

/**
 * drtmon_txt_read() - read everything anew
 * @evidence: zeroed; filled; release with drtmon_txt_free()
 *
 * Context: process, may sleep.
 */
void drtmon_txt_read(struct drtmon_txt_evidence *evidence)
{
	evidence->state = window_state;
	evidence->base = window_base;
	if (window_state == DRTMON_TXT_STATE_PRESENT) {
		read_window(evidence->window);
		if (window_empty(evidence))
			evidence->state = DRTMON_TXT_STATE_EMPTY;
	}
	/* Both are 32-bit registers in 64-bit slots. */
	if (evidence->state == DRTMON_TXT_STATE_PRESENT)
		region_copy(&evidence->heap,
			    lower_32_bits(drtmon_txt_reg(evidence, DRTMON_TXT_REG_HEAP_BASE)),
			    lower_32_bits(drtmon_txt_reg(evidence, DRTMON_TXT_REG_HEAP_SIZE)),
			    DRTMON_TXT_HEAP_MAX);
	read_logs(evidence);
}

/**
 * drtmon_txt_free() - release what was read
 * @evidence: zero afterwards
 *
 * Context: process, may sleep.
 */
void drtmon_txt_free(struct drtmon_txt_evidence *evidence)
{
	u32 i;

	region_free(&evidence->heap);
	for (i = 0; i < DRTMON_TXT_LOGS_MAX; i++)
		region_free(&evidence->log[i]);
	memset(evidence, 0, sizeof(*evidence));
}
