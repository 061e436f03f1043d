// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"

	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/validation"
)

// inputs are the flags that say what is read.
type inputs struct {
	genericiooptions.IOStreams

	filenames     []string
	recursive     bool
	allNamespaces bool
	cluster       *genericclioptions.ConfigFlags
}

func newInputs(streams genericiooptions.IOStreams) *inputs {
	all := genericclioptions.NewConfigFlags(true)
	return &inputs{
		IOStreams: streams,
		recursive: true,
		// The flags that most people use; the rest belongs into a kubeconfig.
		cluster: &genericclioptions.ConfigFlags{
			KubeConfig: all.KubeConfig, Context: all.Context, Namespace: all.Namespace, Impersonate: all.Impersonate, Timeout: all.Timeout,
		},
	}
}

func (in *inputs) addFlags(flags *pflag.FlagSet) {
	in.cluster.AddFlags(flags)
	flags.StringArrayVarP(&in.filenames, "filename", "f", nil,
		"`FILE` or folder of manifests to read instead of a cluster, or - for standard input; may be given several times")
	flags.BoolVarP(&in.recursive, "recursive", "R", in.recursive, "read the folders below those named with -f as well")
	flags.BoolVarP(&in.allNamespaces, "all-namespaces", "A", false, "read all namespaces of the cluster, not only that of -n")
	flags.Lookup("namespace").Usage = "namespace to read in the cluster; with -f, that of objects which name none"
}

// offline says whether manifests are read.
func (in *inputs) offline() bool { return len(in.filenames) > 0 }

// namespace is the one of -n, or with a cluster that of the kubeconfig.
func (in *inputs) namespace() (name string, explicit bool, err error) {
	if name := *in.cluster.Namespace; name != "" {
		return name, true, nil
	}
	if in.offline() {
		return "default", false, nil
	}
	name, explicit, err = in.cluster.ToRawKubeConfigLoader().Namespace()
	if err != nil {
		return "", false, fmt.Errorf("reading the kubeconfig: %w", err)
	}
	return name, explicit, nil
}

// load reads everything. Where manifests cannot be read at all, it returns the error beside the rest.
func (in *inputs) load(ctx context.Context) (*validation.Input, error) {
	namespace, _, err := in.namespace()
	if err != nil {
		return nil, err
	}
	if !in.offline() {
		return in.readCluster(ctx, namespace)
	}
	if in.allNamespaces {
		return nil, usagef("-A reads all namespaces of a cluster: leave it out with -f")
	}
	reader := &manifests.Reader{Stdin: in.In, Namespace: namespace, NonRecursive: !in.recursive}
	return validation.Load(reader, in.filenames...)
}
