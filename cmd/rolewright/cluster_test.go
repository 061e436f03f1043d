// SPDX-License-Identifier: Apache-2.0

package main_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/cmd/rolewright/cli"
	"github.com/rolewright/rolewright/internal/controlplane"
	"github.com/rolewright/rolewright/internal/controlplane/suite"
	"github.com/rolewright/rolewright/internal/crdschema"
	"github.com/rolewright/rolewright/internal/manifests"
)

func TestCommandInACluster(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Command")
}

var (
	plane *controlplane.ControlPlane
	api   client.Client
	// kubeconfig is the administrator's.
	kubeconfig string
)

var _ = BeforeSuite(func(ctx SpecContext) {
	plane = suite.Start(controlplane.Options{CRDPaths: []string{"config/crd/bases"}})
	kubeconfig = filepath.Join(GinkgoT().TempDir(), "admin")
	Expect(plane.Admin.WriteKubeconfig(kubeconfig)).To(Succeed())
	scheme := runtime.NewScheme()
	Expect(clientgoscheme.AddToScheme(scheme)).To(Succeed())
	config := *plane.Admin.Config
	config.QPS = -1
	var err error
	api, err = client.New(&config, client.Options{Scheme: scheme})
	Expect(err).NotTo(HaveOccurred())
	apply(ctx, quickstart)
}, NodeTimeout(5*time.Minute))

var (
	quickstart = filepath.Join("..", "..", "config", "samples", "quickstart")
	testdata   = filepath.Join("cli", "testdata")
)

// apply creates what stands in manifests, and the namespaces that it lies in.
func apply(ctx context.Context, path string) {
	GinkgoHelper()
	set, err := (&manifests.Reader{Namespace: "default"}).Read(path)
	Expect(err).NotTo(HaveOccurred())
	for _, object := range set.Objects {
		if object.Namespace != "" {
			namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: object.Namespace}}
			Expect(client.IgnoreAlreadyExists(api.Create(ctx, namespace))).To(Succeed())
		}
		Expect(api.Create(ctx, &unstructured.Unstructured{Object: object.Value})).To(Succeed())
	}
}

// run runs the command against the cluster.
func run(ctx context.Context, arguments ...string) (out, errOut string, code int) {
	return runAs(ctx, kubeconfig, arguments...)
}

func runAs(ctx context.Context, kubeconfig string, arguments ...string) (out, errOut string, code int) {
	var stdout, stderr bytes.Buffer
	streams := genericiooptions.IOStreams{In: &bytes.Buffer{}, Out: &stdout, ErrOut: &stderr}
	code = cli.Run(ctx, append([]string{"rolewright", "--kubeconfig", kubeconfig}, arguments...), streams)
	return stdout.String(), stderr.String(), code
}

var _ = Describe("The command", func() {
	It("says of a cluster what it says of the manifests", func(ctx SpecContext) {
		for _, arguments := range [][]string{
			{"matrix"},
			{"matrix", "-o", "csv"},
			{"can", "lena@library.example", "loans.create", "--unit", "harbour"},
			{"can", "lena@library.example", "loans.create", "--unit", "hill"},
			{"explain", "lena@library.example", "loans.create", "--unit", "hill"},
		} {
			here, _, hereCode := run(ctx, append(arguments, "-f", quickstart)...)
			there, errOut, thereCode := run(ctx, append(arguments, "-n", "quickstart")...)
			Expect(errOut).To(BeEmpty())
			Expect(there).To(Equal(here))
			Expect(thereCode).To(Equal(hereCode))
		}
	})

	It("reads one namespace, or all", func(ctx SpecContext) {
		_, errOut, code := run(ctx, "matrix")
		Expect(code).To(Equal(2))
		Expect(errOut).To(ContainSubstring("namespace default contains no Organization"))

		out, _, code := run(ctx, "matrix", "-A", "-O", "quickstart/quickstart")
		Expect(code).To(Equal(0))
		Expect(out).To(ContainSubstring("loans.view"))
	})

	It("reports what is wrong in a cluster, without places in files", func(ctx SpecContext) {
		apply(ctx, filepath.Join(testdata, "faulty"))
		out, errOut, code := run(ctx, "validate", "-A")
		Expect(code).To(Equal(1))
		Expect(out).To(HavePrefix("error: PermissionCatalog/small spec.prohibitions[0].expression: "))
		Expect(out).To(ContainSubstring("\nerror: Role/default/doer spec.rules[1].permissions[0]: "))
		Expect(errOut).To(ContainSubstring("2 errors, 4 notes in "))
	})

	It("says what applying manifests would change", func(ctx SpecContext) {
		changed := filepath.Join("..", "..", "docs", "examples", "library-changed.yaml")
		want, _, code := run(ctx, "diff", "--from", quickstart, "--to", changed, "--at", "2030-01-01", "-o", "json")
		Expect(code).To(Equal(1))

		// The manifests name their namespace, and have a catalog: -n keeps other namespaces out.
		got, errOut, code := run(ctx, "diff", "-f", changed, "-n", "quickstart", "--at", "2030-01-01", "-o", "json")
		Expect(errOut).To(BeEmpty())
		Expect(code).To(Equal(1))
		Expect(got).To(Equal(want))

		got, errOut, code = run(ctx, "diff", "--from", "cluster", "--to", changed, "-n", "quickstart", "--at", "2030-01-01", "-o", "json")
		Expect(errOut).To(BeEmpty())
		Expect(code).To(Equal(1))
		Expect(got).To(Equal(want))

		got, errOut, code = run(ctx, "diff", "-f", quickstart, "-n", "quickstart")
		Expect(errOut).To(BeEmpty())
		Expect(got).To(Equal("Nothing differs.\n"))
		Expect(code).To(Equal(0))

		// What is applied in part leaves the rest as it is.
		part := filepath.Join(GinkgoT().TempDir(), "nils.yaml")
		Expect(os.WriteFile(part, []byte(`apiVersion: rolewright.dev/v1alpha1
kind: UserAssignment
metadata: {name: nils, namespace: quickstart}
spec:
  organizationRef: {name: quickstart}
  user: nils@library.example
  grants:
    - {name: reader, roleRef: {name: reader}, scope: {units: [hill]}}
`), 0o600)).To(Succeed())
		got, errOut, code = run(ctx, "diff", "-f", part, "--role", "reader")
		Expect(errOut).To(BeEmpty())
		Expect(code).To(Equal(1))
		Expect(got).To(ContainSubstring("1 user gains"))
		Expect(got).NotTo(ContainSubstring("Lost"))
	})

	It("reads what belongs to no organization", func(ctx SpecContext) {
		platform := filepath.Join(testdata, "platform")
		apply(ctx, platform)
		for _, arguments := range [][]string{
			{"matrix", "-O", "north", "-o", "csv"},
			{"matrix", "-O", "north", "-o", "html"},
			{"explain", "otto", "tenants.open", "-O", "south"},
			{"explain", "bob", "items.view", "-O", "north"},
			{"explain", "otto", "tenants.open", "--platform", "--catalog", "museum"},
			{"who-can", "tenants.open", "--platform", "--catalog", "museum"},
			{"matrix", "--platform", "--catalog", "museum"},
		} {
			here, _, hereCode := run(ctx, append(arguments, "-f", platform)...)
			there, _, thereCode := run(ctx, append(arguments, "-n", "museum")...)
			Expect(there).To(Equal(here))
			Expect(thereCode).To(Equal(hereCode))
		}
		out, _, code := run(ctx, "validate", "-n", "museum", "--at", "2030-01-01")
		Expect(code).To(Equal(1))
		Expect(strings.Count(out, "error: PlatformRole/registrar ")).To(Equal(1))
		Expect(out).To(ContainSubstring("error: PlatformAssignment/otto spec.grants[guide].roleRef: "))
		// Which of the two grants breaks the constraint depends on the second in which each was created.
		Expect(out).To(MatchRegexp(`\ninfo: (UserGroup/museum/lenders|UserAssignment/museum/ann) spec.grants\[\w+\]: ` +
			`constraint "apart" is broken, and waived until 2040`))
	})

	It("says who may do what on the platform itself to whom RBAC lets read that alone", func(ctx SpecContext) {
		user, err := plane.AddUser("operator")
		Expect(err).NotTo(HaveOccurred())
		path := filepath.Join(GinkgoT().TempDir(), "operator")
		Expect(user.WriteKubeconfig(path)).To(Succeed())
		asked := []string{"can", "otto", "tenants.open", "--platform", "--catalog", "museum"}
		_, errOut, code := runAs(ctx, path, asked...)
		Expect(code).To(Equal(2))
		Expect(errOut).To(ContainSubstring("you may not read what the command needs"))

		meta := metav1.ObjectMeta{Name: "operators"}
		Expect(api.Create(ctx, &rbacv1.ClusterRole{ObjectMeta: meta, Rules: []rbacv1.PolicyRule{{
			APIGroups: []string{"rolewright.dev"}, Verbs: []string{"list"},
			Resources: []string{"permissioncatalogs", "platformroles", "platformassignments"},
		}}})).To(Succeed())
		Expect(api.Create(ctx, &rbacv1.ClusterRoleBinding{
			ObjectMeta: meta, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: meta.Name},
			Subjects: []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: "operator"}},
		})).To(Succeed())
		Eventually(func() int {
			_, _, code := runAs(ctx, path, asked...)
			return code
		}).WithContext(ctx).Should(Equal(0))
	}, NodeTimeout(time.Minute))

	It("reads more objects than one page holds", func(ctx SpecContext) {
		const people = 620
		set := (&manifests.Reader{Namespace: "quickstart"}).Parse("manyUsers", manyUsers(people))
		Expect(set.Diagnostics).To(BeEmpty())
		for _, object := range set.Objects {
			Expect(api.Create(ctx, &unstructured.Unstructured{Object: object.Value})).To(Succeed())
		}
		for _, i := range []int{0, 499, 500, people - 1} {
			out, _, code := run(ctx, "can", fmt.Sprintf("user-%d", i), "collection.view", "-n", "quickstart")
			Expect(out).To(HavePrefix("yes: "))
			Expect(code).To(Equal(0))
		}
	}, NodeTimeout(2*time.Minute))

	It("explains that the user may not read", func(ctx SpecContext) {
		user, err := plane.AddUser("nobody")
		Expect(err).NotTo(HaveOccurred())
		path := filepath.Join(GinkgoT().TempDir(), "nobody")
		Expect(user.WriteKubeconfig(path)).To(Succeed())
		_, errOut, code := runAs(ctx, path, "validate", "-n", "quickstart")
		Expect(code).To(Equal(2))
		Expect(errOut).To(ContainSubstring("you may not read what the command needs"))
	})

	It("refuses offline what the API server refuses", func(ctx SpecContext) {
		schemas, err := crdschema.Load()
		Expect(err).NotTo(HaveOccurred())
		set, err := (&manifests.Reader{Namespace: "default"}).Read(filepath.Join(testdata, "broken"))
		Expect(err).NotTo(HaveOccurred())
		refused, accepted := 0, 0
		for _, object := range set.Objects {
			problems := schemas.Validate(object.GVK, object.Value)
			created := api.Create(ctx, &unstructured.Unstructured{Object: object.Value},
				client.DryRunAll, client.FieldValidation(metav1.FieldValidationStrict))
			if len(problems) == 0 {
				accepted++
				Expect(created).NotTo(HaveOccurred(), "%s", object)
				continue
			}
			refused++
			Expect(created).To(HaveOccurred(), "%s: %v", object, problems)
		}
		Expect(refused).To(BeNumerically(">=", 4))
		Expect(accepted).To(BeNumerically(">=", 1))
	})
})

// manyUsers is an assignment for each of many users.
func manyUsers(count int) []byte {
	var text strings.Builder
	for i := range count {
		fmt.Fprintf(&text, `{"apiVersion": "rolewright.dev/v1alpha1", "kind": "UserAssignment", "metadata": {"name": "user-%d"},
			"spec": {"organizationRef": {"name": "quickstart"}, "user": "user-%d", "grants": [{"name": "reader", "roleRef": {"name": "reader"}, "scope": {"everywhere": true}}]}}
`, i, i)
	}
	return []byte(text.String())
}
