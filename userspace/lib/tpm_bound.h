/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_TPM_BOUND_H
#define DRTMON_LIB_TPM_BOUND_H

#include <jansson.h>

#include "lib/tpm_info.h"

/**
 * drtmon_tpm_bound() - what is bound to this machine's TPM and ends with TPM2_Clear
 * @root: directory in front of /dev, /etc, /sys and so on; "" for this machine
 * @info: the TPM
 *
 * Encrypted volumes, systemd credentials, persistent keys and NV indices. What
 * lives elsewhere (stores of tpm2-pkcs11, other systems' disks, certificates
 * that others hold) cannot be seen from here.
 *
 * Return: a new reference to an object: "items", an array of objects with
 * "kind", "where", "what" and "lost" (true, false or null for "may be"); and
 * "unseen", an array of texts: where could not be looked. NULL when out of memory.
 */
json_t *drtmon_tpm_bound(const char *root, const struct drtmon_tpm_info *info);

#endif
