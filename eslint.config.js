export { default } from '@nethserver-migrate/eslint-config'
