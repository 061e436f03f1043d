// SPDX-License-Identifier: Apache-2.0

package authority_test

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

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/cmd/rolewright/cli"
	"github.com/rolewright/rolewright/test/clustertest"
)

var _ = Describe("A dry run of a request", func() {
	It("says who would decide, to a user who may make requests and nothing else", func() {
		w := &world{clustertest.NewWorld(api, "shop")}
		w.Apply(shop...)
		w.Apply(`kind: ApprovalChain
metadata: {name: order}
spec:
  requestType: order
  steps:
  - {name: manager, approvers: [{type: Role, role: {roleRef: {name: lead}}}]}
  - {name: owner, when: "false", approvers: [{type: Role, role: {roleRef: {name: owner}}}]}`)
		w.Published()
		Expect(api.Create(ctx, &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, Name: "lena"},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "rolewright-requester"},
			Subjects:   []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: "lena"}},
		})).To(Succeed())
		run := func(code int, line string) string {
			GinkgoHelper()
			kubeconfig := filepath.Join(GinkgoT().TempDir(), "kubeconfig")
			Expect(plane.Admin.WriteKubeconfig(kubeconfig)).To(Succeed())
			var out bytes.Buffer
			arguments := append(strings.Fields(line), "--kubeconfig", kubeconfig, "--as", "lena", "-n", w.Namespace)
			got := cli.Run(ctx, arguments, genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &out})
			Expect(got).To(Equal(code), out.String())
			return out.String()
		}

		Eventually(func() string { return run(0, "rolewright request order --unit north --dry-run") }).Should(Equal(
			"ApprovalChain \"order\" would govern the request\nstep \"manager\": 1 approval of nadia, olga\nstep \"owner\": NotNeeded\n"))
		Expect(run(0, "rolewright request orders --unit north --dry-run")).To(ContainSubstring("no chain would govern the request"))
		Expect(run(0, "rolewright request order --unit north --dry-run -o json")).To(ContainSubstring(`"preview"`))

		By("not about another requester, nor about what is not theirs to know")
		Expect(run(2, "rolewright request order --unit north --dry-run --requester sami")).To(ContainSubstring("you may not create this request"))
		Expect(run(2, "rolewright chain order --requester lena")).To(ContainSubstring("The ClusterRole rolewright-viewer allows it"))
		requests := &v1alpha1.ApprovalRequestList{}
		Expect(api.List(ctx, requests, client.InNamespace(w.Namespace))).To(Succeed())
		Expect(requests.Items).To(BeEmpty())
	})
})
