// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/validation"
)

// Words for states.
const (
	clusterState = "cluster"
	gitState     = "git:"
)

// stateFlags name two states.
type stateFlags struct {
	input    *inputFlags
	from, to []string
}

func (f *stateFlags) addFlags(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.from, "from", nil, "`STATE` before the change: PATH, git:REV[:PATH] or cluster; may be repeated, and adds up")
	flags.StringArrayVar(&f.to, "to", nil, "`STATE` after the change, as --from")
}

// validate rejects states that cannot be compared.
func (f *stateFlags) validate() error {
	switch {
	case f.input.fromManifests():
		if len(f.from)+len(f.to) > 0 {
			return usagef("-f compares the cluster with itself after the manifests are applied: name other states with --from and --to alone")
		}
		return nil
	case len(f.from) == 0 && len(f.to) == 0:
		return usagef("name two states with --from and --to, or manifests to be applied to the cluster with -f")
	case len(f.from) == 0:
		return usagef("--from is missing: name the state before the change")
	case len(f.to) == 0:
		return usagef("--to is missing: name the state after the change")
	}
	return f.validateTogether()
}

// validateTogether rejects states that cannot both be read.
func (f *stateFlags) validateTogether() error {
	switch {
	case isCluster(f.from) && isCluster(f.to):
		return usagef("--from and --to both name the cluster, which has one state")
	case slices.Contains(f.from, manifests.Stdin) && slices.Contains(f.to, manifests.Stdin):
		return usagef("--from and --to both read standard input, which can be read only once")
	}
	return f.validateWords()
}

// validateWords rejects a state that consists of things of several kinds.
func (f *stateFlags) validateWords() error {
	for _, words := range [][]string{f.from, f.to} {
		kinds := map[string]struct{}{}
		for _, word := range words {
			kinds[kindOf(word)] = struct{}{}
		}
		if len(kinds) > 1 || len(words) > 1 && isCluster(words) {
			return usagef("%s: a state consists of paths alone, of paths in Git alone, or is the cluster", strings.Join(words, ", "))
		}
	}
	return nil
}

func kindOf(word string) string {
	switch {
	case word == clusterState:
		return clusterState
	case strings.HasPrefix(word, gitState):
		return gitState
	}
	return ""
}

func isCluster(words []string) bool { return len(words) > 0 && words[0] == clusterState }

// load reads both states. It fails unless all manifests can be read and would be accepted, since a part could differ from nothing.
func (f *stateFlags) load(ctx context.Context, now time.Time) (was, is *validation.Input, err error) {
	namespace, err := f.namespace()
	if err != nil {
		return nil, nil, err
	}
	if f.input.fromManifests() {
		return f.applied(ctx, namespace, now)
	}
	states := [2]*validation.Input{}
	for i, words := range [][]string{f.from, f.to} {
		if isCluster(words) {
			continue
		}
		if states[i], err = f.manifests(ctx, words, namespace); err != nil {
			return nil, nil, err
		}
	}
	for i := range states {
		if states[i] == nil {
			other := states[1-i]
			if states[i], err = f.cluster(ctx, namespace, other); err != nil {
				return nil, nil, err
			}
			adopt(&other.Objects, &states[i].Objects, now)
		}
	}
	return states[0], states[1], nil
}

// namespace returns that of objects without one: of -n or, if a cluster is read, of the kubeconfig.
func (f *stateFlags) namespace() (string, error) {
	if *f.input.cluster.Namespace == "" && !f.input.fromManifests() && !isCluster(f.from) && !isCluster(f.to) {
		return "default", nil
	}
	return f.input.clusterNamespace()
}

// manifests reads paths, or paths in Git.
func (f *stateFlags) manifests(ctx context.Context, words []string, namespace string) (*validation.Input, error) {
	reader := f.input.reader(namespace)
	var input *validation.Input
	var err error
	if kindOf(words[0]) == gitState {
		var files []manifests.File
		for _, word := range words {
			more, err := readRevision(ctx, strings.TrimPrefix(word, gitState), f.input.recursive)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", word, err)
			}
			files = append(files, more...)
		}
		input, err = validation.FromManifests(reader.ParseAll(files))
	} else {
		input, err = validation.Load(reader, words...)
	}
	if err != nil {
		return nil, err
	}
	err = input.Rejection()
	return input, err
}
