// SPDX-License-Identifier: Apache-2.0

// Command bundle makes a bundle for the Operator Lifecycle Manager, in the format registry+v1.
//
// In go the objects of install.yaml, which kustomize builds from config/, samples, and a version. Out come the manifests and the
// metadata of the bundle, and a file with the objects that the format cannot carry, which an administrator applies: first of all the
// policies on which approvals rest. Every object has exactly one of these places. The command must not know what is in config/: rights,
// images and flags are those of the objects, and an object of a kind that it does not know is an error.
package main
