// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// ownLabel is the label of the objects that rbac prints: kubectl apply --prune finds by it those that are printed no longer.
const ownLabel, ownValue = "rolewright.dev/rbac", "own-assignments"

// owner is a user of an organization, who may read their own assignments in it.
type owner struct {
	namespace, organization string
	user                    v1alpha1.UserID
}

// ownersOf returns the users of assignments with the names of these, the users in order and each with their names in order.
func ownersOf(assignments []v1alpha1.UserAssignment) (owners []owner, names map[owner][]string) {
	names = map[owner][]string{}
	for i := range assignments {
		a := &assignments[i]
		o := owner{a.Namespace, a.Spec.OrganizationRef.Name, a.Spec.User}
		if names[o] == nil {
			owners = append(owners, o)
		}
		names[o] = append(names[o], a.Name)
	}
	slices.SortFunc(owners, func(a, b owner) int {
		return cmp.Or(cmp.Compare(a.namespace, b.namespace), cmp.Compare(a.organization, b.organization), cmp.Compare(a.user, b.user))
	})
	for _, o := range owners {
		slices.Sort(names[o])
	}
	return owners, names
}

// ownAccess returns the Role and the RoleBinding by which a user may read assignments of a name.
func ownAccess(o owner, names []string) (*rbacv1.Role, *rbacv1.RoleBinding) {
	metadata := metav1.ObjectMeta{Namespace: o.namespace, Name: accessName(o), Labels: map[string]string{ownLabel: ownValue}}
	role := &rbacv1.Role{
		TypeMeta: metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "Role"}, ObjectMeta: metadata,
		Rules: []rbacv1.PolicyRule{{
			APIGroups: []string{v1alpha1.GroupVersion.Group}, Resources: []string{assignmentResource}, ResourceNames: names, Verbs: []string{"get"},
		}},
	}
	binding := &rbacv1.RoleBinding{
		TypeMeta: metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "RoleBinding"}, ObjectMeta: metadata,
		RoleRef:  rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: metadata.Name},
		Subjects: []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: string(o.user)}},
	}
	return role, binding
}

// assignmentResource is the resource of UserAssignments.
const assignmentResource = "userassignments"

const (
	accessPrefix = "rolewright-own-"
	// maxShownID is how much of an id a name shows, and digestLength how many digits tell it from others: 64 bits. Together with the
	// prefix they make 63 characters at most.
	maxShownID, digestLength = 31, 16
)

// notInNames matches what a name cannot have.
var notInNames = regexp.MustCompile(`[^a-z0-9]+`)

// accessName returns the name of the objects of a user: always the same one, and that of no other user or organization. What it shows of
// the id is for people; the digest tells ids apart that look alike in a name.
func accessName(o owner) string {
	sum := sha256.Sum256([]byte(o.organization + "\x00" + string(o.user)))
	digest := hex.EncodeToString(sum[:])[:digestLength]
	shown := notInNames.ReplaceAllString(strings.ToLower(string(o.user)), "-")
	shown = strings.Trim(shown[:min(len(shown), maxShownID)], "-")
	if shown == "" {
		return accessPrefix + digest
	}
	return accessPrefix + shown + "-" + digest
}
