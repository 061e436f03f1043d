// SPDX-License-Identifier: Apache-2.0

package nist

var hierarchies = map[string]row{
	"AddInheritance": {names: []string{"spec.inherits"}, test: func(b *bank) {
		b.may(abe, "accounts.view", false)
		b.inherit("auditor", "clerk")
		b.may(abe, "accounts.view", true)
		// A circle gives nothing, and is found.
		b.inherit("clerk", "manager")
		b.finds("InheritanceCycle")
		b.may(tom, "accounts.deposit", true)
		b.may(tom, "accounts.view", false)
	}},
	"DeleteInheritance": {names: []string{"spec.inherits"}, test: func(b *bank) {
		b.replace("Role/manager", "    - roleRef: {name: teller}", "    - roleRef: {name: teller}\n    - roleRef: {name: clerk}")
		b.replace("Role/manager", "    - roleRef: {name: teller}\n", "")
		b.may(mia, "accounts.deposit", false)
		b.may(mia, "accounts.view", true)
		b.may(mia, "accounts.close", true)
	}},
	"AddAscendant": {names: []string{"Role", "spec.inherits"}, test: func(b *bank) {
		b.applySpec("Role/head-teller", "  inherits: [{roleRef: {name: teller}}]")
		b.assign("zoe", zoe, "head-teller")
		b.may(zoe, "accounts.deposit", true)
		b.may(zoe, "accounts.view", true)
	}},
	"AddDescendant": {names: []string{"Role", "spec.inherits"}, test: func(b *bank) {
		b.applySpec("Role/reader", "  rules: [{permissions: [accounts.view]}]")
		b.inherit("auditor", "reader")
		b.may(abe, "accounts.view", true)
		b.may(abe, "books.audit", true)
	}},
	"AuthorizedUsers": {names: []string{"rolewright grants --role ROLE --inherited"}, test: func(b *bank) {
		b.prints(b.run("grants", "--role", "clerk", "--inherited", "--at", morning), tom, mia, nan, "not", abe)
	}},
	"AuthorizedRoles": {names: []string{"rolewright grants --user USER --inherited"}, test: func(b *bank) {
		b.prints(b.run("grants", "--user", mia, "--inherited"), "manager", "teller", "clerk", "signatory", "not", "auditor")
	}},
}

// inherit adds a role that another one inherits.
func (b *bank) inherit(role, other string) {
	b.Helper()
	b.replace("Role/"+role, "\n  rules:", "\n  inherits: [{roleRef: {name: "+other+"}}]\n  rules:")
}
