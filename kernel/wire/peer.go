package wire

type peer struct{}
