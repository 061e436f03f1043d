// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// ApprovalRetention says for how long requests are kept, whatever their chains say.
type ApprovalRetention struct {
	// minTTLSecondsAfterFinished is the smallest number of seconds for which a request is kept after its end, or after
	// the end of the role that it gave, for example 220752000 for seven years. A chain that asks for less keeps its
	// requests for as long all the same. Of an organization and its catalog, the one that asks for more wins.
	//
	// +required
	// +kubebuilder:validation:Minimum=60
	// +kubebuilder:validation:Maximum=315360000
	MinTTLSecondsAfterFinished int32 `json:"minTTLSecondsAfterFinished,omitempty"`
}
