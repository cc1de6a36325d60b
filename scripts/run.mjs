// @ts-check
import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/** @typedef {import('node:child_process').SpawnOptions} SpawnOptions */

/**
 * Runs a program to its end with this process's input and output, hands signals on to it and resolves with its exit code
 * (128 + signal number where a signal ended it, as a shell reports it).
 * @param {string} program
 * @param {string[]} args
 * @param {SpawnOptions & { onStart?: (child: import('node:child_process').ChildProcess) => void }} [options]
 * @returns {Promise<number>}
 */
export const run = (program, args, { onStart, ...options } = {}) =>
  new Promise((done, failed) => {
    const child = spawn(program, args, { stdio: 'inherit', ...options })
    onStart?.(child)
    // A terminal sends Ctrl-C to both processes; handing it on would make the child see it twice.
    const hand = (/** @type {NodeJS.Signals} */ signal) => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    }
    const signals = /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
    for (const signal of signals) process.on(signal, hand)
    const stop = () => {
      for (const signal of signals) process.off(signal, hand)
    }
    child.on('error', (error) => {
      stop()
      failed(error)
    })
    child.on('close', (code, signal) => {
      stop()
      done(code ?? 128 + (signal ? constants.signals[signal] : 0))
    })
  })
