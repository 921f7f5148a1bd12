// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/machine.h"

#include <string.h>

static void machine_module(struct drtmon_machine *m)
{
	int ret = drtmon_nl_open(&m->nl, &m->module_err);

	if (!ret)
		ret = drtmon_nl_resolve(m->nl, &m->module_err);
	if (ret) {
		drtmon_nl_close(m->nl);
		m->nl = NULL;
		return;
	}
	if (drtmon_platform_get(m->nl, &m->platform, &m->module_err))
		m->platform.have = 0;
}

static bool machine_chips_of_module(struct drtmon_machine *m)
{
	if (m->nl && !drtmon_chips_get(m->nl, -1, false, &m->chips, &m->chips_err) &&
	    m->chips.count)
		return true;
	drtmon_chips_free(&m->chips);
	m->chips_err.code = 0;
	return false;
}

/* The module reads all PCRs at one moment; sysfs is for when it has none. */
static void machine_chips(struct drtmon_machine *m, const char *root, bool ask)
{
	bool known = machine_chips_of_module(m);

	if (known && ask)
		drtmon_sysfs_complete(root, &m->chips);
	else if (!known && ask)
		drtmon_sysfs_chips(root, -1, &m->chips, &m->chips_err);
	else if (!known)
		drtmon_sysfs_names(root, &m->chips, &m->chips_err);
}

static void machine_collect(struct drtmon_machine *m, const char *root, bool ask)
{
	size_t i;

	memset(m, 0, sizeof(*m));
	m->glanced = !ask;
	m->module_loaded = drtmon_sysfs_fact(root, "/sys/module/drtmon") == DRTMON_FACT_PRESENT;
	if (!*root)
		machine_module(m);
	machine_chips(m, root, ask);
	for (i = 0; ask && i < m->chips.count; i++)
		drtmon_sysfs_switches(root, &m->chips.chip[i]);
	m->acpi_tpm2 = drtmon_sysfs_acpi(root, "TPM2");
	m->acpi_tcpa = drtmon_sysfs_acpi(root, "TCPA");
	m->acpi_drtm = drtmon_sysfs_acpi(root, "DRTM");
	m->secure_boot = drtmon_secure_boot_look(root);
	m->lockdown = drtmon_lockdown_look(root);
}

void drtmon_machine_look(struct drtmon_machine *m, const char *root)
{
	machine_collect(m, root, true);
}

void drtmon_machine_glance(struct drtmon_machine *m, const char *root)
{
	machine_collect(m, root, false);
}

void drtmon_machine_free(struct drtmon_machine *m)
{
	drtmon_nl_close(m->nl);
	drtmon_chips_free(&m->chips);
	memset(m, 0, sizeof(*m));
}
