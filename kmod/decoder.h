/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fixed-width types and unaligned loads for the pure decoders, which are also
 * compiled for userspace, where they are unit-tested and fuzzed.
 */
#ifndef DRTMON_DECODER_H
#define DRTMON_DECODER_H

#ifdef __KERNEL__
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/types.h>
#else
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#define fallthrough __attribute__((__fallthrough__))
#define noinline    __attribute__((__noinline__))
#endif

static inline u16 drtmon_get_be16(const u8 *p)
{
	return (u16)(p[0] << 8 | p[1]);
}

static inline u32 drtmon_get_be32(const u8 *p)
{
	return (u32)drtmon_get_be16(p) << 16 | drtmon_get_be16(p + 2);
}

static inline u16 drtmon_get_le16(const u8 *p)
{
	return (u16)(p[1] << 8 | p[0]);
}

static inline u32 drtmon_get_le32(const u8 *p)
{
	return (u32)drtmon_get_le16(p + 2) << 16 | drtmon_get_le16(p);
}

static inline u64 drtmon_get_le64(const u8 *p)
{
	return (u64)drtmon_get_le32(p + 4) << 32 | drtmon_get_le32(p);
}

static inline void drtmon_put_be16(u8 *p, u16 v)
{
	p[0] = (u8)(v >> 8);
	p[1] = (u8)v;
}

static inline void drtmon_put_be32(u8 *p, u32 v)
{
	drtmon_put_be16(p, (u16)(v >> 16));
	drtmon_put_be16(p + 2, (u16)v);
}

/**
 * struct drtmon_cursor - a window on foreign bytes that never reads past its end
 * @p: next byte
 * @left: bytes from there on
 * @bad: something was asked for that is not there; everything after is zero
 */
struct drtmon_cursor {
	const u8 *p;
	size_t left;
	bool bad;
};

static inline const u8 *drtmon_cursor_take(struct drtmon_cursor *c, size_t n)
{
	const u8 *p = c->p;

	if (c->bad || n > c->left) {
		c->bad = true;
		return NULL;
	}
	c->p += n;
	c->left -= n;
	return p;
}

static inline u8 drtmon_cursor_u8(struct drtmon_cursor *c)
{
	const u8 *p = drtmon_cursor_take(c, 1);

	return p ? *p : 0;
}

static inline u16 drtmon_cursor_be16(struct drtmon_cursor *c)
{
	const u8 *p = drtmon_cursor_take(c, 2);

	return p ? drtmon_get_be16(p) : 0;
}

static inline u32 drtmon_cursor_be32(struct drtmon_cursor *c)
{
	const u8 *p = drtmon_cursor_take(c, 4);

	return p ? drtmon_get_be32(p) : 0;
}

#endif /* DRTMON_DECODER_H */
