export { default } from '@nethserver-migrate/vitest-preset'
