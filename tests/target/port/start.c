// Reset, faults, the serial line, and the count of instructions.
#include <string.h>

#include "py/mphal.h"
#include "py/runtime.h"
#include "chip.h"

extern uint32_t _estack, _sbss, _ebss;

int main(void);

// Leave the emulator with a status (semihosting SYS_EXIT_EXTENDED).
__attribute__((noreturn)) void exit(int status) {
    uint32_t block[2] = { 0x20026, (uint32_t)status };
    register uint32_t number __asm__ ("r0") = 0x20;
    register void *argument __asm__ ("r1") = block;
    __asm__ volatile ("bkpt 0xab" : : "r" (number), "r" (argument) : "memory");
    for (;;) {
    }
}

uint64_t instructions(void) {
    static uint32_t last = 0xffffffff;
    static uint64_t ticks = 0;
    uint32_t now = TIMER->value;
    ticks += last - now;
    last = now;
    return ticks * TICK_NS / INSN_NS;
}

void Reset_Handler(void) {
    #if defined(__ARM_FP)
    *(volatile uint32_t *)0xe000ed88 |= 0xf00000; // CPACR: the floating-point unit
    __asm__ volatile ("dsb\nisb");
    #endif
    memset(&_sbss, 0, (char *)&_ebss - (char *)&_sbss);
    UART->bauddiv = 16;
    UART->ctrl = 3;
    TIMER->reload = 0xffffffff;
    TIMER->value = 0xffffffff;
    TIMER->ctrl = 1;
    exit(main());
}

// frame: r0-r3, r12, lr, pc, psr as the processor stacked them
__attribute__((used)) void fault(uint32_t *frame) {
    mp_printf(&mp_plat_print, "fault: pc %08x lr %08x\n", frame[6], frame[5]);
    exit(3);
}

__attribute__((naked)) static void Fault_Handler(void) {
    __asm__ volatile ("mrs r0, msp\nb fault");
}

__attribute__((used, section(".isr_vector"))) static void *const vectors[16] = {
    &_estack, Reset_Handler, Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler,
    Fault_Handler, 0, 0, 0, Fault_Handler, Fault_Handler, 0, Fault_Handler, Fault_Handler,
};

int mp_hal_stdin_rx_chr(void) {
    while (!(UART->state & 2)) {
    }
    return UART->data;
}

mp_uint_t mp_hal_stdout_tx_strn(const char *str, size_t len) {
    for (size_t i = 0; i < len; i++) {
        while (UART->state & 1) {
        }
        UART->data = str[i];
    }
    return len;
}
