package forge

// slotStride is the length of an entry in slot_arm64.s.
const slotStride = 8
