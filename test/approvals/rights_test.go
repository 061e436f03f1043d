// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/cmd/rolewright/cli"
	"github.com/rolewright/rolewright/internal/controlplane"
	"github.com/rolewright/rolewright/internal/vocabulary"
	"github.com/rolewright/rolewright/test/clustertest"
)

// accessRow matches a line of the page's table of commands.
var accessRow = regexp.MustCompile("(?m)^\\| `((?:kubectl|rolewright) [^`]+)` \\| ([^|\n]+) \\| ([^|\n]+) \\| ([^|\n]+) \\| ([^|\n]+) \\|$")

// refusedResource matches what the API server says that a user may not do with a resource.
var refusedResource = regexp.MustCompile(`([a-z]+)(?:\.rolewright\.dev)?(?: "[^"]*")? is forbidden: User `)

var _ = Describe("The rights in one namespace", Ordered, func() {
	var w *world
	const platformOwner, administrator = "pia@platform.example", "administrator"

	// bound is a user who holds one ClusterRole in the namespace and nothing else.
	bound := func(role string) string {
		GinkgoHelper()
		user := strings.TrimPrefix(role, "rolewright-") + "@district.example"
		Expect(client.IgnoreAlreadyExists(api.Create(w.Ctx, &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, Name: role},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
			Subjects:   []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: user}},
		}))).To(Succeed())
		return user
	}

	// as runs a command of the page as a user or as the administrator of the cluster, and returns what it prints and its exit code.
	as := func(user, line string) (string, int) {
		GinkgoHelper()
		kubeconfig := filepath.Join(GinkgoT().TempDir(), "kubeconfig")
		Expect(plane.Admin.WriteKubeconfig(kubeconfig)).To(Succeed())
		root, err := controlplane.Root()
		Expect(err).NotTo(HaveOccurred())
		arguments := strings.Fields(strings.ReplaceAll(line, "config/samples", filepath.Join(root, "config", "samples")))
		arguments = append(arguments, "--kubeconfig", kubeconfig)
		if user != administrator {
			arguments = append(arguments, "--as", user)
		}
		var out bytes.Buffer
		if arguments[0] == "rolewright" {
			code := cli.Run(w.Ctx, arguments, genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &out})
			return out.String(), code
		}
		program, err := controlplane.Locate(controlplane.Kubectl)
		Expect(err).NotTo(HaveOccurred())
		command := exec.CommandContext(w.Ctx, program, arguments[1:]...)
		command.Stdout, command.Stderr = &out, &out
		err = command.Run()
		if _, failed := errors.AsType[*exec.ExitError](err); failed {
			// As the command has it: 1 is an answer, 2 none.
			return out.String(), 2
		}
		Expect(err).NotTo(HaveOccurred())
		return out.String(), 0
	}

	// owning is a user of the organization who may ask, and read their own assignment by what the command prints.
	owning := func() string {
		GinkgoHelper()
		const user = "ora@district.example"
		Expect(client.IgnoreAlreadyExists(api.Create(w.Ctx, &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, Name: "ora"},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "rolewright-requester"},
			Subjects:   []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: user}},
		}))).To(Succeed())
		printed, code := as(administrator, "rolewright rbac "+user+" -n "+w.Namespace)
		Expect(code).To(BeZero(), printed)
		file := filepath.Join(GinkgoT().TempDir(), "rbac.yaml")
		Expect(os.WriteFile(file, []byte(printed), 0o600)).To(Succeed())
		clustertest.Kubectl(plane, "apply", "-f", file)
		return user
	}

	// cell returns what the page says of a command: that it works, or what may not be read or written.
	cell := func(user, line string) string {
		GinkgoHelper()
		out, code := as(user, line)
		if code != 2 {
			return "yes"
		}
		var refused []string
		for _, match := range refusedResource.FindAllStringSubmatch(out, -1) {
			refused = append(refused, match[1])
		}
		slices.Sort(refused)
		Expect(refused).NotTo(BeEmpty(), "%s: %s", line, out)
		if strings.HasPrefix(line, "rolewright") {
			Expect(out).To(ContainSubstring("The ClusterRole rolewright-"), line)
		}
		return "no: " + strings.Join(slices.Compact(refused), ", ")
	}

	BeforeAll(func() {
		w = applySample("workorders", "district")
		w.Apply(`kind: PlatformRole
metadata: {name: caretaker}
spec: {catalogRef: {name: workorders}, assignableScope: Platform, rules: [{permissions: [orders.view]}]}`)
		w.Apply(`kind: PlatformAssignment
metadata: {name: pia}
spec: {user: ` + platformOwner + `, grants: [{name: caretaker, roleRef: {name: caretaker}, organizations: {all: true}}]}`)
		Eventually(func() error {
			return api.Get(w.Ctx, client.ObjectKey{Namespace: w.Namespace, Name: vocabulary.Name}, &corev1.ConfigMap{})
		}).Should(Succeed())
	})

	AfterAll(func() { clustertest.Kubectl(plane, "delete", "-f", "config/samples/workorders", "--timeout=2m") })

	It("allow what the page on access says", func() {
		const page = "../../docs/access.md"
		text, err := os.ReadFile(page)
		Expect(err).NotTo(HaveOccurred())
		rows := accessRow.FindAllSubmatch(text, -1)
		Expect(rows).NotTo(BeEmpty(), "the page has no table of commands")
		whole := string(text)
		for _, row := range rows {
			line := "| `" + string(row[1]) + "` |"
			for _, role := range []string{"rolewright-viewer", "rolewright-editor", "rolewright-requester"} {
				line += " " + cell(bound(role), string(row[1])) + " |"
			}
			line += " " + cell(owning(), string(row[1])) + " |"
			whole = strings.Replace(whole, string(row[0]), line, 1)
		}
		if *update {
			Expect(os.WriteFile(page, []byte(whole), 0o600)).To(Succeed())
			return
		}
		Expect(string(text)).To(Equal(whole), "go test ./test/approvals -update writes it")
	})

	It("give the answers that an administrator of the cluster gets, but for users of the platform", func() {
		for _, line := range []string{
			"rolewright matrix -o csv", "rolewright what-can sam@district.example --unit elm-school -o json",
			"rolewright chain work-order --requester ora@district.example --unit elm-school -o json",
		} {
			want, _ := as(administrator, line+" -n "+w.Namespace)
			Expect(want).NotTo(BeEmpty())
			got, _ := as(bound("rolewright-viewer"), line+" -n "+w.Namespace)
			_, got, noted := strings.Cut(got, "\n")
			Expect(noted).To(BeTrue())
			Expect(got).To(Equal(want), line)
		}
		found, _ := as(administrator, "rolewright validate -n "+w.Namespace)
		own, code := as(bound("rolewright-viewer"), "rolewright validate -n "+w.Namespace)
		Expect(code).To(BeZero(), own)
		lines := strings.Split(strings.TrimSpace(own), "\n")
		for _, line := range lines[1 : len(lines)-1] {
			Expect(found).To(ContainSubstring(line+"\n"), "it is found without platform assignments alone")
		}
		answer, code := as(bound("rolewright-viewer"), "rolewright can "+platformOwner+" orders.view -n "+w.Namespace)
		Expect(code).To(Equal(1))
		Expect(answer).To(ContainSubstring("note: you may not list platformassignments.rolewright.dev"))
	})

	It("tell users what they hold by their own assignment, and not more than it says", func() {
		user := owning()
		w.Published()
		said, code := as(user, "rolewright what-can -n "+w.Namespace)
		Expect(code).To(BeZero(), said)
		Expect(said).To(And(
			MatchRegexp(`(?m)^PERMISSION +CONDITION +SCOPE`), MatchRegexp(`(?m)^orders.create +- +elm-school`),
			MatchRegexp(`note: by the status of UserAssignment ora of organization district: readers .*see this as of revision \d+`),
			ContainSubstring("conditions are shown and not evaluated, and prohibitions of the catalog may refuse"),
		))
		structured, code := as(user, "rolewright what-can -o json -n "+w.Namespace)
		Expect(code).To(BeZero(), structured)
		Expect(structured).To(And(ContainSubstring(`"user": "ora@district.example"`), ContainSubstring(`"complete": true`)))

		By("refusing what the assignment does not say")
		for _, flags := range []string{" --unit elm-school", " --administer"} {
			said, code = as(user, "rolewright what-can"+flags+" -n "+w.Namespace)
			Expect(code).To(Equal(2), said)
			Expect(said).To(ContainSubstring("leave out flags that describe a request, and --administer"))
		}

		By("saying that nothing is known, where nothing may be read")
		said, code = as(bound("rolewright-requester"), "rolewright what-can -n "+w.Namespace)
		Expect(code).To(Equal(2), said)
		Expect(said).To(And(
			ContainSubstring(`no UserAssignment of "requester@district.example" that you may read by name, so what you may do is not known`),
			ContainSubstring(`ask for the rights that "rolewright rbac" prints`)))

		By("saying that it is not current, while no manager has observed a change")
		running.Stop()
		assignment := w.Get("UserAssignment/ora").(*v1alpha1.UserAssignment)
		state := func(state v1alpha1.UserState) {
			before := client.MergeFrom(assignment.DeepCopy())
			assignment.Spec.State = state
			Expect(api.Patch(w.Ctx, assignment, before)).To(Succeed())
		}
		state(v1alpha1.UserSuspended)
		said, code = as(user, "rolewright what-can -n "+w.Namespace)
		Expect(code).To(Equal(2), said)
		Expect(said).To(ContainSubstring("this may not be all that you may do, or no longer: UserAssignment ora of organization district: it was changed"))
		running = start()
		Eventually(func() string {
			said, code = as(user, "rolewright what-can -n "+w.Namespace)
			return said
		}).Should(ContainSubstring("you are suspended in organization district"))
		Expect(code).To(Equal(1), said)
		state(v1alpha1.UserActive)
		w.Published()
	})

	It("say which right is missing, and which ClusterRole gives it", func() {
		for line, want := range map[string]string{
			"rolewright matrix -n " + w.Namespace: `The ClusterRole rolewright-viewer allows it with a RoleBinding in the namespace`,
			"rolewright matrix -A":                `The ClusterRole rolewright-viewer allows it with a ClusterRoleBinding; with -n, a RoleBinding in one namespace suffices`,
		} {
			out, code := as("stranger@district.example", line)
			Expect(code).To(Equal(2))
			Expect(out).To(And(ContainSubstring("you may not read what the command needs: "), ContainSubstring(" cannot "), ContainSubstring(want)))
		}
	})

	It("let the shell complete what may be read, and nothing else", func() {
		Expect(users.As("ora@district.example").Create(w.Ctx, w.asked("ora@district.example", "work-order unit=elm-school name=boiler"))).To(Succeed())
		complete := func(role, program string, words ...string) string {
			GinkgoHelper()
			kubeconfig := filepath.Join(GinkgoT().TempDir(), "kubeconfig")
			Expect(plane.Admin.WriteKubeconfig(kubeconfig)).To(Succeed())
			arguments := append(strings.Fields(program), "--kubeconfig", kubeconfig, "--as", bound(role), "-n", w.Namespace)
			var out bytes.Buffer
			streams := genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: GinkgoWriter}
			Expect(cli.Run(w.Ctx, append(arguments, words...), streams)).To(BeZero())
			return strings.TrimSuffix(out.String(), ":4\n")
		}
		for line, want := range map[string]string{
			"can o": "ora@district.example\n", "can ora@district.example orders.cr": "orders.create\tCreate an order\n",
			"matrix --role order-or": "order-originator\tOrder originator\n", "who-can orders.view --unit elm": "elm-school\tElm School\n",
			"chain --requester x w": "work-order\tApprovalChain work-order\n", "approve b": "boiler\twork-order in elm-school for ora@district.example\n",
			"matrix -O d": "district\tSchool district\n", "matrix -o j": "table\ncsv\nmarkdown\nhtml\njson\n",
		} {
			Expect(complete("rolewright-viewer", "rolewright __complete", strings.Fields(line)...)).To(Equal(want), line)
			Expect(complete("rolewright-viewer", "kubectl_complete-rolewright", strings.Fields(line)...)).To(Equal(want), line)
		}
		for line, want := range map[string]string{
			"can o": "", "matrix --role order-or": "", "approve b": "boiler\twork-order in elm-school for ora@district.example\n",
		} {
			Expect(complete("rolewright-requester", "rolewright __complete", strings.Fields(line)...)).To(Equal(want), line)
		}
	})

	It("let a user read their own assignment by its name", func() {
		const ora = "ora@district.example"
		for _, line := range []string{
			"kubectl create role own-assignment --verb=get --resource=userassignments.rolewright.dev --resource-name=ora -n workorders",
			"kubectl create rolebinding own-assignment --role=own-assignment --user=" + ora + " -n workorders",
		} {
			out, code := as(administrator, line)
			Expect(code).To(BeZero(), out)
		}
		Eventually(func() string {
			out, _ := as(ora, "kubectl describe userassignment ora -n workorders")
			return out
		}).Should(ContainSubstring("orders.create"))
		_, code := as(ora, "kubectl describe userassignment sam -n workorders")
		Expect(code).To(Equal(2))
	})
})
