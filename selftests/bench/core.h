/* SPDX-License-Identifier: GPL-2.0-only */
/* What the TPM core has for drivers; its own header is in no package. */
#ifndef BENCH_CORE_H
#define BENCH_CORE_H

#include <linux/tpm.h>

struct tpm_chip *tpm_chip_alloc(struct device *dev, const struct tpm_class_ops *ops);
int tpm_chip_register(struct tpm_chip *chip);
void tpm_chip_unregister(struct tpm_chip *chip);

#endif /* BENCH_CORE_H */
