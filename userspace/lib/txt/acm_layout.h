/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Offsets inside an ACM: Intel TXT SDG 315168, tables. */
#ifndef DRTMON_LIB_TXT_ACM_LAYOUT_H
#define DRTMON_LIB_TXT_ACM_LAYOUT_H

#define ACM_TYPE	       0
#define ACM_SUBTYPE	       2
#define ACM_HEADER_LEN	       4 /* in 32-bit words */
#define ACM_HEADER_VERSION     8
#define ACM_CHIPSET_ID	       12
#define ACM_FLAGS	       14
#define ACM_VENDOR	       16
#define ACM_DATE	       20 /* BCD, 0xYYYYMMDD */
#define ACM_SIZE	       24 /* in 32-bit words */
#define ACM_TXT_SVN	       28
#define ACM_SE_SVN	       30
#define ACM_ENTRY_POINT	       52
#define ACM_KEY_SIZE	       120 /* in 32-bit words */
#define ACM_SCRATCH	       124 /* in 32-bit words */
#define ACM_HEADER_MIN	       128

#define ACM_TYPE_CHIPSET       2
#define ACM_VENDOR_INTEL       0x8086
#define ACM_FLAG_PREPRODUCTION 0x4000
#define ACM_FLAG_DEBUG	       0x8000

#define INFO_TYPE	       16
#define INFO_VERSION	       17
#define INFO_LENGTH	       18
#define INFO_CHIPSETS	       20
#define INFO_OS_SINIT_VERSION  24
#define INFO_MIN_MLE_VERSION   28
#define INFO_CAPS	       32
#define INFO_ACM_VERSION       36
#define INFO_PROCESSORS	       40
#define INFO_TPM	       44
#define INFO_MIN	       40

#define CHIPSET_ENTRY	       16
#define PROCESSOR_ENTRY	       24

#endif
