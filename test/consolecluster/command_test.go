// SPDX-License-Identifier: Apache-2.0

package consolecluster_test

import (
	"context"
	"io"
	"path/filepath"
	"regexp"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gbytes"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/cmd/rolewright/cli"
)

var _ = Describe("The command console", func() {
	// start starts the command as a user whom the administrator impersonates, and returns what it prints and its exit code.
	start := func(ctx context.Context, user string, arguments ...string) (out, errOut *gbytes.Buffer, code <-chan int) {
		GinkgoHelper()
		kubeconfig := filepath.Join(GinkgoT().TempDir(), "kubeconfig")
		Expect(plane.Admin.WriteKubeconfig(kubeconfig)).To(Succeed())
		line := append([]string{"rolewright", "console", "--listen", "127.0.0.1:0", "--kubeconfig", kubeconfig, "--as", user}, arguments...)
		out, errOut = gbytes.NewBuffer(), gbytes.NewBuffer()
		ended := make(chan int, 1)
		go func() {
			ended <- cli.Run(ctx, line, genericiooptions.IOStreams{In: strings.NewReader(""), Out: io.MultiWriter(out, GinkgoWriter), ErrOut: io.MultiWriter(errOut, GinkgoWriter)})
		}()
		return out, errOut, ended
	}

	It("serves what its user may read, on this machine, until it is stopped", func(ctx context.Context) {
		w, other := newShop(), newShop()
		bind("cleo", "rolewright-viewer", w.Namespace)
		running, stop := context.WithCancel(ctx)
		out, _, code := start(running, "cleo", "-n", w.Namespace)
		Eventually(out).Should(gbytes.Say(`The console is at http://127\.0\.0\.1:\d+\n`))
		p := &person{root: regexp.MustCompile(`http://\S+`).FindString(string(out.Contents()))}
		p.shows("/", w.Namespace+"/shop", "namespace "+w.Namespace+", as cleo may read it")
		Expect(p.text("/")).NotTo(ContainSubstring(other.Namespace))
		Expect(p.text("/-/object?kind=Role&name=clerk&namespace=" + w.Namespace)).To(ContainSubstring("status:"))
		stop()
		Eventually(code).Should(Receive(Equal(0)))
	})

	It("does not start for one who may read nothing, and says what would help", func(ctx context.Context) {
		_, errOut, code := start(ctx, "nobody", "-A")
		Eventually(code).Should(Receive(Equal(2)))
		Expect(string(errOut.Contents())).To(And(
			ContainSubstring(`User "nobody" cannot list resource "organizations"`), ContainSubstring("The ClusterRole rolewright-viewer allows it")))
	})
})
