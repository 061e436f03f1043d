// SPDX-License-Identifier: Apache-2.0

// Package gitops tests what docs/gitops.md gives to pipelines: the review of a change, run in a Git repository with the built command,
// and the configuration by which kustomize renames what refers to renamed objects.
package gitops
