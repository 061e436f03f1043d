// SPDX-License-Identifier: Apache-2.0

package nist

import (
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

const zoe = "zoe@bank.example"

var core = map[string]row{
	"AddUser": {names: []string{"UserAssignment", "spec.user", "spec.members", "UserGroup"}, test: func(b *bank) {
		b.isUser(zoe, false)
		b.assign("zoe", zoe)
		b.isUser(zoe, true)
		b.remove("UserAssignment/zoe")
		b.applySpec("UserGroup/counter", "  members: ["+zoe+"]")
		b.isUser(zoe, true)
	}},
	"DeleteUser": {names: []string{"UserAssignment", "UserGroup"}, test: func(b *bank) {
		b.applySpec("UserGroup/counter", "  members: ["+tom+", "+mia+"]\n"+
			"  grants: [{name: clerk, roleRef: {name: clerk}, scope: {everywhere: true}}]")
		b.remove("UserAssignment/tom")
		b.may(tom, "accounts.deposit", false)
		b.may(tom, "accounts.view", true)
		b.replace("UserGroup/counter", tom+", ", "")
		b.may(tom, "accounts.view", false)
		b.isUser(tom, false)
	}},
	"AddRole": {names: []string{"Role", "PlatformRole"}, test: func(b *bank) {
		b.applySpec("Role/closer", "  rules: [{permissions: [accounts.close]}]")
		b.assign("zoe", zoe, "closer")
		b.may(zoe, "accounts.close", true)
		b.apply("apiVersion: rolewright.dev/v1alpha1\nkind: PlatformRole\nmetadata: {name: viewer}\n" +
			"spec: {catalogRef: {name: bank}, assignableScope: Organization, rules: [{permissions: [books.view]}]}")
		b.assign("zoe", zoe, "closer")
		b.replace("UserAssignment/zoe", "roleRef: {name: closer}", "roleRef: {kind: PlatformRole, name: viewer}")
		b.may(zoe, "books.view", true)
	}},
	"DeleteRole": {names: []string{"Role", "UnknownRole"}, test: func(b *bank) {
		b.remove("Role/auditor")
		b.may(abe, "books.audit", false)
		b.finds("UnknownRole")
	}},
	"AssignUser": {names: []string{"spec.grants", "UserAssignment"}, test: func(b *bank) {
		b.assign("zoe", zoe)
		b.may(zoe, "accounts.deposit", false)
		b.assign("zoe", zoe, "teller")
		b.may(zoe, "accounts.deposit", true)
	}},
	"DeassignUser": {names: []string{"spec.grants", "endTime"}, test: func(b *bank) {
		b.replace("UserAssignment/tom", "scope: {everywhere: true}}", `scope: {everywhere: true}, endTime: "`+evening+`"}`)
		b.mayAt(morning, tom, "accounts.deposit", true)
		b.mayAt(evening, tom, "accounts.deposit", false)
		b.assign("tom", tom)
		b.mayAt(morning, tom, "accounts.deposit", false)
	}},
	"GrantPermission": {names: []string{"spec.rules", "Role"}, test: func(b *bank) {
		b.may(tom, "accounts.close", false)
		b.replace("Role/teller", "permissions: [accounts.deposit]", "permissions: [accounts.deposit, accounts.close]")
		b.may(tom, "accounts.close", true)
		b.replace("Role/auditor", "permissions: [books.view, books.audit]", "sections: [accounts]")
		b.may(abe, "accounts.close", true)
	}},
	"RevokePermission": {names: []string{"spec.rules"}, test: func(b *bank) {
		b.may(abe, "books.audit", true)
		b.replace("Role/auditor", "books.view, books.audit", "books.view")
		b.may(abe, "books.audit", false)
		b.may(abe, "books.view", true)
	}},
}

// isUser checks whether the organization has a user.
func (b *bank) isUser(id string, want bool) {
	b.Helper()
	reason := b.index(morning).Explain(request(id, "accounts.close")).Reason
	if (reason != access.ReasonUnknownUser) != want {
		b.Errorf("%s is a user: %t, want %t (%s)", id, !want, want, reason)
	}
}

// finds checks of which reasons errors are found.
func (b *bank) finds(want ...string) {
	b.Helper()
	if got := slices.Compact(b.reasons()); !slices.Equal(got, want) {
		b.Errorf("errors are found of the reasons %q, want %q", got, want)
	}
}

var sessions = map[string]row{
	"CreateSession": {none: true, names: []string{"context"}, test: func(b *bank) {
		// Nothing precedes the request, and without its context the role gives nothing.
		b.may(tom, "accounts.deposit", true)
		b.maySign(mia, true, "signatory")
		b.may(mia, "books.sign", false)
	}},
	"DeleteSession": {none: true, test: func(b *bank) {
		// The same index gives the same answer, whatever it was asked before.
		index := b.index(morning)
		with := request(mia, "books.sign")
		with.Context = map[string]any{"activeRoles": []any{"signatory"}}
		for range 2 {
			if !index.Check(with) || index.Check(request(mia, "books.sign")) {
				b.Error("an answer depends on an earlier one")
			}
		}
	}},
	"AddActiveRole": {none: true, names: []string{"rolewright request", "context"}, test: func(b *bank) {
		b.maySign(mia, false)
		b.maySign(mia, true, "signatory")
		// A role that is not held does not count because it is said to be active.
		b.maySign(tom, false, "signatory")
		b.mayAt(evening, nan, "accounts.deposit", false)
		b.mayAt(morning, nan, "accounts.deposit", true)
		b.offers("request", "--role", "--for")
	}},
	"DropActiveRole": {none: true, names: []string{"endTime", "rolewright revoke", "context"}, test: func(b *bank) {
		b.mayAt("2030-06-03T13:59:59Z", nan, "accounts.deposit", true)
		b.mayAt("2030-06-03T14:00:00Z", nan, "accounts.deposit", false)
		b.maySign(mia, false, "manager")
		b.offers("revoke", "--comment")
	}},
	"CheckAccess": {names: []string{"Index.Check", "rolewright can"}, test: func(b *bank) {
		b.may(tom, "accounts.deposit", true)
		b.may(tom, "accounts.close", false)
		if got := b.run("can", tom, "accounts.deposit", "-o", "json"); !slices.Contains(got, "true,") {
			b.Errorf("can prints %q", got)
		}
	}},
}

// offers checks that a command of the cluster has some flags. docs/approvals.md, which a test follows, runs it.
func (b *bank) offers(command string, flags ...string) {
	b.Helper()
	b.prints(b.run(command, "--help"), flags...)
}

var reviews = map[string]row{
	"AssignedUsers": {names: []string{"rolewright grants --role ROLE"}, test: func(b *bank) {
		b.prints(b.run("grants", "--role", "teller", "--at", morning), tom, nan, "not", mia, abe)
	}},
	"AssignedRoles": {names: []string{"rolewright grants --user USER"}, test: func(b *bank) {
		b.prints(b.run("grants", "--user", mia), "manager", "signatory", "not", "teller", "clerk", tom)
	}},
	"RolePermissions": {names: []string{"rolewright matrix --role ROLE"}, test: func(b *bank) {
		b.heldBy(b.run("matrix", "--role", "manager", "-o", "csv"), "accounts.view", "accounts.deposit", "accounts.close")
	}},
	"UserPermissions": {names: []string{"Index.WhatCan", "rolewright what-can USER"}, test: func(b *bank) {
		want := []string{"accounts.close", "accounts.deposit", "accounts.view"}
		if got := slices.Collect(b.index(morning).WhatCan(request(mia, ""), "")); !slices.Equal(got, want) {
			b.Errorf("WhatCan returns %q, want %q", got, want)
		}
		b.prints(b.run("what-can", mia), append(want, "not", "books.sign", "books.audit")...)
	}},
	"SessionRoles": {none: true, names: []string{"rolewright grants --user USER --at TIME"}, test: func(b *bank) {
		b.prints(b.run("grants", "--user", nan, "--at", morning), "teller", "not", "auditor")
		b.prints(b.run("grants", "--user", nan, "--at", evening), "auditor", "not", "teller")
	}},
	"SessionPermissions": {none: true, names: []string{"rolewright what-can USER --at TIME", "--request-context"}, test: func(b *bank) {
		b.prints(b.run("what-can", nan, "--at", evening), "books.audit", "not", "accounts.deposit")
		b.prints(b.run("what-can", mia, "--at", evening, "--request-context", `activeRoles=["signatory"]`), "books.sign")
	}},
	"RoleOperationsOnObject": {names: []string{"rolewright matrix --role ROLE --section SECTION"}, test: func(b *bank) {
		b.heldBy(b.run("matrix", "--role", "teller", "--section", "accounts", "-o", "csv"), "accounts.view", "accounts.deposit")
	}},
	"UserOperationsOnObject": {names: []string{"rolewright what-can USER --resource TYPE/ID"}, test: func(b *bank) {
		b.replace("PermissionCatalog/bank", "expression: \"'signatory' in context.activeRoles\"", `expression: resource.id == "7"`)
		b.replace("Role/auditor", "- permissions: [books.view, books.audit]", "- {permissions: [books.view], qualifiers: [signatory-is-active]}")
		b.prints(b.run("what-can", abe, "--resource", "book/7"), "books.view")
		b.prints(b.run("what-can", abe, "--resource", "book/8"), "not", "books.view")
	}},
}

// heldBy checks which permissions a matrix of one role gives it, in CSV.
func (b *bank) heldBy(matrix []string, want ...string) {
	b.Helper()
	var got []string
	for _, line := range matrix {
		if cells := strings.Split(line, ","); cells[2] != "" {
			got = append(got, cells[1])
		}
	}
	if !slices.Equal(got, want) {
		b.Errorf("the role holds %q, want %q", got, want)
	}
}

// TestNothingIsAskedOfASession: a request has no field for roles.
func TestNothingIsAskedOfASession(t *testing.T) {
	b := newBank(t)
	r := request(nan, "books.audit")
	r.Subject.Properties = map[string]any{"roles": []any{"auditor"}, "activeRoles": []any{"auditor"}}
	r.Context = map[string]any{"roles": []any{"auditor"}, "activeRoles": []any{"auditor"}}
	if b.index(morning).Check(r) {
		t.Error("a role counts because the caller names it")
	}
}
