// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	"bytes"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/cmd/rolewright/cli"
)

// rolewright runs the command in the world's namespace as a user, expects an exit code, and returns what it prints to both
// streams. Arguments are separated by spaces; _ stands for a space in one.
func (w *world) rolewright(user string, code int, line string) string {
	GinkgoHelper()
	// Who is impersonated is in no group but system:authenticated.
	binding := &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, Name: "everybody"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "rolewright-requester"},
		Subjects:   []rbacv1.Subject{{Kind: rbacv1.GroupKind, APIGroup: rbacv1.GroupName, Name: "system:authenticated"}},
	}
	Expect(client.IgnoreAlreadyExists(api.Create(w.Ctx, binding))).To(Succeed())
	kubeconfig := filepath.Join(GinkgoT().TempDir(), "kubeconfig")
	Expect(plane.Admin.WriteKubeconfig(kubeconfig)).To(Succeed())
	arguments := []string{"rolewright"}
	for word := range strings.FieldsSeq(line) {
		arguments = append(arguments, strings.ReplaceAll(word, "_", " "))
	}
	arguments = append(arguments, "--kubeconfig", kubeconfig, "-n", w.Namespace, "--as", user)
	var out bytes.Buffer
	got := cli.Run(w.Ctx, arguments, genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &out})
	Expect(got).To(Equal(code), "%s: %s", line, out.String())
	return out.String()
}
