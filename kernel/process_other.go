//go:build !unix && !windows

package kernel

// watchProcess has nothing to watch: there are no signals and no parent.
func (k *kernel) watchProcess() (stop func()) { return func() {} }
