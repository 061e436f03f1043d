// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/client-go/rest"

	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/validation"
)

// inputFlags select what is read: manifests, or a cluster.
type inputFlags struct {
	filenames     []string
	recursive     bool
	allNamespaces bool
	cluster       *genericclioptions.ConfigFlags
	stdin         io.Reader
	errOut        io.Writer
	// warnings takes those of the API server, if a command does anything with them.
	warnings rest.WarningHandlerWithContext
}

func newInputFlags(streams genericiooptions.IOStreams) *inputFlags {
	all := genericclioptions.NewConfigFlags(true)
	return &inputFlags{
		stdin:     streams.In,
		errOut:    streams.ErrOut,
		recursive: true,
		// These are the flags that most people use; everything else belongs in a kubeconfig.
		cluster: &genericclioptions.ConfigFlags{
			KubeConfig: all.KubeConfig, Context: all.Context, Namespace: all.Namespace, Impersonate: all.Impersonate, Timeout: all.Timeout,
		},
	}
}

func (f *inputFlags) addFlags(flags *pflag.FlagSet) {
	f.cluster.AddFlags(flags)
	flags.StringArrayVarP(&f.filenames, "filename", "f", nil,
		"`FILE` or folder with manifests to read instead of a cluster, or - for standard input; may be repeated")
	flags.BoolVarP(&f.recursive, "recursive", "R", f.recursive, "also read the folders below a folder named with -f")
	flags.BoolVarP(&f.allNamespaces, "all-namespaces", "A", false, "read all namespaces of the cluster, not only that of -n")
	flags.Lookup("namespace").Usage = "namespace to read in the cluster; with -f, that of objects without a namespace"
}

// fromManifests reports whether manifests are read instead of a cluster.
func (f *inputFlags) fromManifests() bool { return len(f.filenames) > 0 }

// namespace returns the namespace of -n or, for a cluster, that of the kubeconfig.
func (f *inputFlags) namespace() (name string, explicit bool, err error) {
	if name := *f.cluster.Namespace; name != "" {
		return name, true, nil
	}
	if f.fromManifests() {
		return "default", false, nil
	}
	return f.kubeconfigNamespace()
}

// clusterNamespace returns the namespace of -n or that of the kubeconfig, whether or not manifests are read too.
func (f *inputFlags) clusterNamespace() (string, error) {
	if name := *f.cluster.Namespace; name != "" {
		return name, nil
	}
	name, _, err := f.kubeconfigNamespace()
	return name, err
}

func (f *inputFlags) kubeconfigNamespace() (name string, explicit bool, err error) {
	name, explicit, err = f.cluster.ToRawKubeConfigLoader().Namespace()
	if err != nil {
		return "", false, fmt.Errorf("reading the kubeconfig: %w", err)
	}
	return name, explicit, nil
}

// manifestReader returns the reader of the files named with -f.
func (f *inputFlags) manifestReader() (*manifests.Reader, error) {
	namespace, _, err := f.namespace()
	if err != nil {
		return nil, err
	}
	if f.allNamespaces {
		return nil, usagef("-A reads all namespaces of a cluster: leave it out with -f")
	}
	return f.reader(namespace), nil
}

// reader returns the reader of files with objects that are in a namespace unless they name theirs.
func (f *inputFlags) reader(namespace string) *manifests.Reader {
	return &manifests.Reader{Stdin: f.stdin, Namespace: namespace, NonRecursive: !f.recursive}
}

// load reads everything. If some of the manifests cannot be read, it returns an error together with the rest.
func (f *inputFlags) load(ctx context.Context) (*validation.Input, error) {
	if !f.fromManifests() {
		return f.loadCluster(ctx)
	}
	reader, err := f.manifestReader()
	if err != nil {
		return nil, err
	}
	return validation.Load(reader, f.filenames...)
}
