// Where the emulated boards keep what this port uses.
// CHIP_M33: MPS2 AN505, Cortex-M33, secure addresses. CHIP_V6M: MPS2 AN385, a Cortex-M3 running ARMv6-M code.
#ifndef TARGET_CHIP_H
#define TARGET_CHIP_H

#include <stdint.h>

#if defined(CHIP_M33)
#define UART_BASE 0x50200000
#define TIMER_BASE 0x50000000
#define TICK_NS 50 // 20 MHz
#define VOLUME_BASE 0x80000000
#elif defined(CHIP_V6M)
#define UART_BASE 0x40004000
#define TIMER_BASE 0x40000000
#define TICK_NS 40 // 25 MHz
#define VOLUME_BASE 0x21000000
#else
#error name the chip
#endif

// qemu-system-arm -icount shift=6: an instruction takes 64 ns of the emulated clock.
#define INSN_NS 64

#define VOLUME_BLOCK 4096
#define VOLUME_BLOCKS 1022 // of the file system; two more follow, for keys
#define SOUND_BASE (VOLUME_BASE + VOLUME_BLOCK * (VOLUME_BLOCKS + 2)) // recorded hops, behind them

typedef struct {
    volatile uint32_t data;
    volatile uint32_t state; // bit 0: transmitter full, bit 1: receiver full
    volatile uint32_t ctrl; // bit 0: transmit, bit 1: receive
    volatile uint32_t intstatus;
    volatile uint32_t bauddiv;
} uart_t;

typedef struct {
    volatile uint32_t ctrl;
    volatile uint32_t value; // counts down
    volatile uint32_t reload;
} timer_t;

#define UART ((uart_t *)UART_BASE)
#define TIMER ((timer_t *)TIMER_BASE)

uint64_t instructions(void);

#endif
